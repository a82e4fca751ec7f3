@echo off
rem careplan-csv without internet: makes .venv in this folder at the first start, then opens the page in the browser.
chcp 65001 >nul
cd /d "%~dp0"
if exist ".venv\Scripts\careplan-csv.exe" goto ready
set "PYTHON=py -3"
%PYTHON% --version >nul 2>nul || set "PYTHON=python"
%PYTHON% --version >nul 2>nul || goto nopython
echo 必要なものを入れています。1分ほどかかります。インターネットは使いません。
%PYTHON% -m venv .venv || goto failed
.venv\Scripts\python -m pip install --quiet --no-index --find-links wheels "careplan-csv[web,word]" || goto failed
:ready
.venv\Scripts\careplan-csv serve
pause
exit /b 0
:nopython
echo Python が見つかりません。「はじめにお読みください.txt」の手順1を見て、Python 3.12 か 3.13 を入れてください。
pause
exit /b 1
:failed
echo 入れられませんでした。Python が 3.12 か 3.13 の 64ビット版か、このフォルダーに書き込めるかを確かめてください。
pause
exit /b 1
