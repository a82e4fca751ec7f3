"""The records of a plan as people in this trade read them: by person, and by the form that they are printed on."""
