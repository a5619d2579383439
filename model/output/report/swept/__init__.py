"""The report of a sweep: one module for each part of the story, put together by ``page``."""
