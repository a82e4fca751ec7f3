"""What an applicant and a software company declare in vendor.toml."""
