"""The units and files of sample_data/."""
