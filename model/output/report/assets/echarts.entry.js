export { init, use, registerMap, format } from 'echarts/core';
import { use } from 'echarts/core';
import { BarChart, LineChart, CustomChart, SankeyChart, LinesChart, ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, GeoComponent, AriaComponent, TitleComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
use([BarChart, LineChart, CustomChart, SankeyChart, LinesChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, GeoComponent, AriaComponent, TitleComponent, SVGRenderer]);
