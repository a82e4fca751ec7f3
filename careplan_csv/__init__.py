"""careplan-csv: ケアプランデータ連携標準仕様の CSV を検査する道具。"""

__version__ = "0.2.0"
