"use strict";
const field = document.getElementById("filter");
const told = document.querySelector("output");
const rows = [...document.querySelectorAll("#list tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  let shown = 0;
  for (const [row, text] of rows) {
    row.hidden = !text.includes(wanted);
    shown += row.hidden ? 0 : 1;
  }
  told.textContent = `${shown} ${told.dataset.word}`;
});
