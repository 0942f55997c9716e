const KEY = "leaneval-theme";
const root = document.documentElement;

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function choose(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A page opened from a file may have no storage: the choice then lasts as long as the page.
  }
}

choose(remembered());
document.addEventListener("DOMContentLoaded", () => {
  const group = document.querySelector(".theme");
  const buttons = [...group.querySelectorAll("button")];
  const press = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "")));
    }
  };
  group.addEventListener("click", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    choose(event.target.value);
    remember(event.target.value);
    press();
  });
  press();
  group.hidden = false;
});
