"""`python -m careplan_csv`."""

from careplan_csv.cli import main

if __name__ == "__main__":
    main()
