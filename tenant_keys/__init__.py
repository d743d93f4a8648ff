"""What a person or a backend imports: naming, settings, the operator's commands and the reader."""
