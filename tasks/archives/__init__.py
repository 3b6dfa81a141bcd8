"""Files of the archives of time series: .ts, .arff, and rows that begin with their class."""
