"""What an office has to show for a subsidy, which expenses count, and the amount; rules are data in schemas/subsidies."""
