"""The checksheet of an import kit, and the answers that come back in it."""
