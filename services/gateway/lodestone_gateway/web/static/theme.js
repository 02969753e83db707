/* Before the first paint: the theme chosen on this device. */
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme) document.documentElement.dataset.theme = theme;
  } catch { /* without storage the system decides */ }
})();
