"""Who works tasks off: this process, processes of this machine, or somebody's executor, a dask client's among them."""
