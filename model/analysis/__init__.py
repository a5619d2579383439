"""Questions asked of a plan or of many: a folder each."""
