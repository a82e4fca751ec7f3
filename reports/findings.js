"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("list");
const search = document.getElementById("search");
const view = document.getElementById("view");
const severity = document.getElementById("severity");
const shown = document.getElementById("shown");
const AT_A_TIME = 100;
const SIGNS = { error: "● エラー", warning: "▲ 警告", info: "○ 情報" };
const KEYS = {
  rule: (f) => f.rule + "　" + data.rules[f.rule].title,
  file: (f) => f.file,
  unit: (f) => f.unit || "ファイル連番の無いもの",
};
data.findings.forEach((f) => {
  f.text = [f.consequence, f.rule, data.rules[f.rule].title, f.file, f.unit, f.item, f.message, f.remedy, f.waiver].join(" ").toLowerCase();
});
function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (name) element.className = name;
  return element;
}
function pair(parent, label, text) {
  if (!text) return;
  parent.append(make("dt", label), make("dd", text));
}
function table(f) {
  const box = make("div", "", "scroll");
  const rows = make("table");
  const head = make("tr");
  ["行", "記録", data.masked ? "値（伏せたもの）" : "値", "あるべき値・相手の値", "今の値", "比べた相手"].forEach((t) => head.append(make("th", t)));
  rows.append(head);
  f.places.forEach((place) => {
    const row = make("tr");
    place.forEach((value) => row.append(make("td", value === null ? "" : String(value))));
    rows.append(row);
  });
  box.append(rows);
  if (f.count > f.places.length) box.append(make("p", "ほかに " + (f.count - f.places.length).toLocaleString() + "か所あります（すべての場所は、.xlsx か .csv の報告にあります）。"));
  return box;
}
function near(f) {
  const box = make("details", "", "near");
  box.append(make("summary", "この記録の、前後の項目（最初の場所" + (data.masked ? "。値は伏せたもの）" : "）")));
  const rows = make("table");
  f.near.forEach(([number, name, value, faulty]) => {
    const row = make("tr", "", faulty ? "faulty" : "");
    row.append(make("td", (faulty ? "▶ " : "") + "№" + number), make("td", name), make("td", value));
    rows.append(row);
  });
  const scroll = make("div", "", "scroll");
  scroll.append(rows);
  box.append(scroll);
  return box;
}
function copy(text) {
  const button = make("button", "写す");
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", text);
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "写しました";
  });
  return button;
}
function card(f) {
  const rule = data.rules[f.rule];
  const box = make("article", "", "finding " + (f.waiver ? "waived" : f.severity));
  const head = make("h3", (f.waiver ? "✓ 承認済み（" + SIGNS[f.severity] + "）" : SIGNS[f.severity]) + "　" + f.rule + (f.item ? "　" + f.item : "") + (f.count > 1 ? "　" + f.count.toLocaleString() + "か所" : ""));
  const words = make("dl");
  pair(words, "ファイル", f.file + (f.unit ? "（ファイル連番 " + f.unit + "）" : ""));
  pair(words, "承認", f.waiver);
  pair(words, "受け取る側でのおそれ", f.consequence);
  pair(words, "直し方", f.remedy);
  pair(words, "なぜ", rule.why);
  pair(words, "根拠", rule.reference);
  box.append(head, make("p", f.message, "message"), words);
  if (f.places.length) box.append(table(f));
  if (f.near.length) box.append(near(f));
  const letter = make("details");
  letter.append(make("summary", "ソフト会社に伝える文"), make("p", rule.vendor), copy(rule.vendor));
  box.append(letter);
  return box;
}
function fill(box, findings, from) {
  findings.slice(from, from + AT_A_TIME).forEach((f) => box.append(card(f)));
  const rest = findings.length - from - AT_A_TIME;
  if (rest > 0) {
    const more = make("button", "続きを示す（あと " + rest.toLocaleString() + "件）");
    more.type = "button";
    more.addEventListener("click", () => {
      more.remove();
      fill(box, findings, from + AT_A_TIME);
    });
    box.append(more);
  }
}
function group(name, findings, open) {
  const box = make("details", "", "group");
  box.append(make("summary", name + "（" + findings.length.toLocaleString() + "件）"));
  let filled = false;
  const show = () => {
    if (!filled) fill(box, findings, 0);
    filled = true;
  };
  box.show = show;
  box.addEventListener("toggle", () => box.open && show());
  if (open) {
    show();
    box.open = true;
  }
  return box;
}
function render() {
  const words = search.value.toLowerCase().split(/[\s　]+/).filter(Boolean);
  const found = data.findings.filter((f) => (!severity.value || (f.waiver ? "waived" : f.severity) === severity.value) && words.every((word) => f.text.includes(word)));
  const groups = new Map();
  found.forEach((f) => {
    const key = KEYS[view.value](f);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(f);
  });
  list.replaceChildren();
  let number = 0;
  const names = [...groups.keys()];
  const part = (from) => {
    names.slice(from, from + AT_A_TIME).forEach((name) => list.append(group(name, groups.get(name), number++ < 1)));
    if (names.length > from + AT_A_TIME) {
      const more = make("button", "続きを示す（あと " + (names.length - from - AT_A_TIME).toLocaleString() + "組）");
      more.type = "button";
      more.addEventListener("click", () => {
        more.remove();
        part(from + AT_A_TIME);
      });
      list.append(more);
    }
  };
  part(0);
  shown.textContent = found.length.toLocaleString() + "件の指摘を示しています。";
}
search.addEventListener("input", render);
view.addEventListener("change", render);
severity.addEventListener("change", render);
addEventListener("beforeprint", () =>
  document.querySelectorAll("details.group").forEach((box) => {
    // The event of opening comes after the page was printed.
    box.show();
    box.open = true;
  }));
render();
