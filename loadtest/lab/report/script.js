"use strict";
// Offers the embedded result as a file. Everything else on the page works without scripts.
(() => {
  const link = document.getElementById("download");
  const text = document.getElementById("result").textContent;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "loadtest-result.json";
  link.hidden = false;
})();
