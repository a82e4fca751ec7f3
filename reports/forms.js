"use strict";
const pick = (id) => document.getElementById(id);
const person = pick("person");
const kind = pick("kind");
const search = pick("serial");
const shown = pick("shown");
function render() {
  let count = 0;
  document.querySelectorAll("article.sheet").forEach((sheet) => {
    const fits =
      (!person.value || sheet.dataset.person === person.value) &&
      (!kind.value || sheet.dataset.kind === kind.value) &&
      (!search.value || sheet.dataset.words.includes(search.value));
    sheet.hidden = !fits;
    count += fits ? 1 : 0;
  });
  shown.textContent = count.toLocaleString() + "枚を示しています。";
}
[person, kind].forEach((one) => one.addEventListener("change", render));
search.addEventListener("input", render);
document.querySelectorAll("tbody.fold").forEach((fold) => {
  const rows = fold.nextElementSibling;
  const button = fold.querySelector("button");
  const words = button.textContent;
  const turn = () => {
    rows.hidden = !rows.hidden;
    button.textContent = (rows.hidden ? "▶ " : "▼ ") + words;
    button.setAttribute("aria-expanded", String(!rows.hidden));
  };
  button.addEventListener("click", turn);
  turn();
});
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((box) => (box.open = true));
});
addEventListener("afterprint", () => opened.forEach((box) => (box.open = false)));
render();
