"""A tab of TensorBoard: the report of the runs it shows, kept up to date while they grow."""
