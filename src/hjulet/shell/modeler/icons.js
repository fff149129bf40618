// The icons for lining up are texts with style attributes, which the page's rules stop: the same as attributes of SVG.
import align from "bpmn-js/lib/features/align-elements/AlignElementsIcons";
import distribute from "bpmn-js/lib/features/distribute-elements/DistributeElementsIcons";

const asAttributes = (rules) => rules.split(";").filter(Boolean).map((rule) => rule.replace(/^\s*([\w-]+):\s*(.*)$/, '$1="$2"')).join(" ");

for (const icons of [align, distribute]) {
  for (const [name, icon] of Object.entries(icons)) icons[name] = icon.replace(/style="([^"]*)"/g, (_whole, rules) => asAttributes(rules));
}
