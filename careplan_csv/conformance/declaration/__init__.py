"""vendor.toml: the declarations of an applicant or a software company."""
