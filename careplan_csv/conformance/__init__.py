"""Judge software: from findings and trials to one verdict per office type."""
