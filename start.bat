@echo off
rem careplan-csv: makes .venv in this folder at the first start, then opens a prompt in which careplan-csv works.
chcp 65001 >nul
cd /d "%~dp0"
set "PATH=%~dp0.venv\Scripts;%PATH%"
if exist ".venv\Scripts\careplan-csv.exe" goto ready
set "PYTHON=py -3"
%PYTHON% --version >nul 2>nul || set "PYTHON=python"
%PYTHON% --version >nul 2>nul || goto nopython
echo 必要なものを入れています。数分かかります。
%PYTHON% -m venv .venv || goto failed
.venv\Scripts\python -m pip install --quiet --upgrade pip
.venv\Scripts\python -m pip install --quiet --constraint constraints.txt ".[web]" || goto failed
careplan-csv demo
:ready
echo.
echo careplan-csv を使えます。ページを開くときは: careplan-csv serve
echo 例: careplan-csv check "CSV のフォルダー"
echo 終わるときは、この画面を閉じてください。
cmd /k
exit /b 0
:nopython
echo Python が見つかりません。README の「Windows」の手順1を見て、Python を入れてください。
pause
exit /b 1
:failed
echo 入れられませんでした。インターネットにつながっているかを確かめてください（プロキシがあるときは README を見てください）。
pause
exit /b 1
