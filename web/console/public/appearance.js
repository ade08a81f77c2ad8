// Before the first paint, so that a dark page never flashes white; a file of its own, so that no inline script is needed.
(function () {
  var chosen = localStorage.getItem("perennial.appearance");
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.style.background = dark ? "#0f1312" : "#f5f6f4";
})();
