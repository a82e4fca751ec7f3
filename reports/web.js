"use strict";
// Everything works without this script; with it files can be dropped, and tables fill while one looks on.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const input = form.querySelector("input[name=files]");
  const status = form.querySelector("[role=status]");
  const take = (files) => {
    const most = Number(form.dataset.most);
    const given = new DataTransfer();
    const left = [];
    for (const file of files) {
      if (file.size > most) left.push(file.name);
      else given.items.add(file);
    }
    input.files = given.files;
    const said = [`${given.files.length.toLocaleString()}個のファイルを選びました。`];
    if (left.length) said.push(`大きすぎるため、外しました: ${left.join("、")}`);
    status.textContent = said.join(" ");
  };
  input.addEventListener("change", () => take([...input.files]));
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    form.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) { take([...event.dataTransfer.files]); return; }
    const files = [];
    for (const entry of entries) await collect(entry, files);
    take(files);
  });
}

async function collect(entry, files) {
  if (entry.isFile) {
    files.push(await new Promise((done, failed) => entry.file(done, failed)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const one of some) await collect(one, files);
  }
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    const status = form.querySelector("[role=status]");
    // A disabled button is not sent, so that it waits until the form is.
    setTimeout(() => { button.disabled = true; }, 0);
    if (status) status.textContent = "調べています。しばらくお待ちください。";
  });
}
addEventListener("pageshow", () => { for (const button of document.querySelectorAll("button")) button.disabled = false; });

const live = document.querySelector("[data-live]");
if (live) {
  const look = async () => {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-live]");
    const open = document.activeElement?.id;
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    if (open) document.getElementById(open)?.focus();
    if (now) setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
