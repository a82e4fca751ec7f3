"""`python -m careplan_csv.synthesis.samples [folder]` writes sample_data/ again."""

from careplan_csv.synthesis.samples.sample_files import main

main()
