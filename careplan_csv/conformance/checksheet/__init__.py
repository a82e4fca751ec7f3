"""The checksheet of an import kit, and the answers that testers write into it."""
