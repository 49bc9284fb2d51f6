/** Attributes have our namespace: a pool of ours is none of somebody else's. */
export function attributesOf(
  labels: Readonly<Record<string, string>>,
  name: string,
): Record<string, string> {
  const attributes: Record<string, string> = { 'headgate.name': name }
  for (const [label, value] of Object.entries(labels)) attributes[`headgate.${label}`] = value
  return attributes
}
