#pragma once
// The look of a page, and the few lines of script that move a slider. Both are well-formed XML
// text.
#include <string_view>

namespace adatom::report {

inline constexpr std::string_view page_style = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: #ffffff; color: #1a1a1a; line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
main { padding-bottom: 48px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
.subtitle { margin: 4px 0 0; color: #555; overflow-wrap: anywhere; }
nav { margin: 14px 0 0; padding: 8px 0; border-top: 1px solid #d9d9d9; border-bottom: 1px solid #d9d9d9; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0; padding: 0; }
a { color: #0b5394; text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 36px 0 10px; padding-bottom: 4px;
  border-bottom: 1px solid #d9d9d9; }
p { max-width: 76ch; margin: 10px 0; overflow-wrap: break-word; }
.keys { display: flex; flex-wrap: wrap; gap: 14px 44px; margin: 18px 0; }
.keys div { display: flex; flex-direction: column-reverse; }
.keys dt { color: #555; font-size: 0.875rem; }
.keys dd { margin: 0; font-size: 1.375rem; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.box { margin: 14px 0; padding: 10px 16px; border-left: 4px solid #c77700; background: #fff6e5;
  overflow-wrap: anywhere; }
.box.calm { border-color: #8a8a8a; background: #f5f5f5; }
.box p { margin: 0; }
.box ul { margin: 4px 0 0; padding-left: 20px; }
figure { margin: 20px 0; }
.panels { display: flex; flex-wrap: wrap; gap: 16px 24px; align-items: flex-start; }
.panels svg { display: block; height: auto; flex: 1 1 300px; min-width: 0; width: 100%; }
.panels svg.column { max-width: 540px; }
.panels svg.page { flex-basis: 100%; max-width: 1000px; }
figcaption, .caption { font-size: 0.875rem; line-height: 1.45; color: #333; text-align: left; }
figcaption { margin-top: 8px; max-width: 100ch; }
.caption { margin: 18px 0 6px; max-width: 100ch; }
.scroll { overflow: auto; max-height: 34rem; margin: 0 0 18px; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums;
  border-bottom: 1.5px solid #1a1a1a; }
thead th { position: sticky; top: 0; background: #ffffff; vertical-align: bottom; font-weight: 600;
  box-shadow: inset 0 1.5px #1a1a1a, inset 0 -1px #1a1a1a; }
th, td { padding: 4px 14px; text-align: left; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 6px; }
tbody tr:nth-child(even) { background: #f6f7f8; }
.right { text-align: right; }
.unit { display: block; font-weight: 400; color: #555; }
.slider { margin: 22px 0; }
.control { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-bottom: 12px; }
.control label { font-weight: 600; }
.control input { flex: 1 1 200px; max-width: 460px; min-width: 0; accent-color: #0b5394; height: 28px; }
.control button { font: inherit; line-height: 1; width: 36px; height: 32px; border: 1px solid #b5b5b5;
  border-radius: 4px; background: #ffffff; color: #1a1a1a; }
.control button:hover { background: #f0f0f0; }
.control output { flex: 1 1 220px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
[hidden] { display: none; }
details { margin: 16px 0; }
summary { cursor: pointer; font-weight: 600; }
.facts { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 4px 24px;
  margin: 12px 0; font-size: 0.9rem; }
.facts dt { color: #555; overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f6f7f8; padding: 12px 16px; overflow: auto; max-height: 34rem; font-size: 0.8125rem;
  line-height: 1.45; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 600px) {
  main, header { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 1.4rem; }
  .keys { gap: 12px 28px; }
  .keys dd { font-size: 1.2rem; }
  .panels { overflow-x: auto; }
  .panels svg.page { min-width: 600px; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 8px; }
  th, td { padding: 4px 9px; }
}
@media print {
  body { font-size: 10pt; }
  main, header { max-width: none; padding: 0; }
  nav, .control input, .control button { display: none; }
  figure, .slider, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll, pre { max-height: none; overflow: visible; }
  .panels svg { flex-basis: 30%; }
}
)";

/// Without scripts, all steps of a slider stand below each other.
inline constexpr std::string_view no_script_style =
    ".step[hidden] { display: block; } .control { display: none; }";

inline constexpr std::string_view page_script = R"(
for (const box of document.querySelectorAll('.slider')) {
  const input = box.querySelector('input');
  const output = box.querySelector('output');
  const steps = Array.from(box.querySelectorAll('.step'));
  const show = () => {
    steps.forEach((step, i) => { step.hidden = i !== Number(input.value); });
    const label = steps[Number(input.value)].dataset.label;
    output.textContent = label;
    input.setAttribute('aria-valuetext', label);
  };
  for (const button of box.querySelectorAll('button')) {
    button.addEventListener('click', () => {
      input.value = Number(input.value) + Number(button.value);
      show();
    });
  }
  input.addEventListener('input', show);
  show();
}
// Folded parts print open.
addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details')) { part.open = true; }
});
)";

}  // namespace adatom::report
