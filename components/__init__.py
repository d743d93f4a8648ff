"""The only place that creates cloud resources: one ComponentResource per file, as an `up` prints them."""
