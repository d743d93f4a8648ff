"""What `make bench` measures. Nothing here fails because of a time; an aim stands beside its figure."""
