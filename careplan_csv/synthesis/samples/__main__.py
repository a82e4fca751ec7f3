"""`python -m careplan_csv.synthesis.samples [folder]` writes sample_data/ anew."""

from careplan_csv.synthesis.samples.sample_files import main

main()
