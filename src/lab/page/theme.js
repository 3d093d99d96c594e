// No module: it runs before the first paint, so that nothing flashes in the wrong colours.
(() => {
  const order = ["system", "light", "dark"];
  const root = document.documentElement;
  root.dataset.theme = localStorage.getItem("theme") ?? "system";

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = `Theme: ${root.dataset.theme}`; };
    label();
    button.addEventListener("click", () => {
      const next = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
      root.dataset.theme = next;
      localStorage.setItem("theme", next);
      label();
    });
  });
})();
