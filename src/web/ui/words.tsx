/** A sentence; what stands between backticks in it is to be typed. */
export function Words({ text }: { text: string }) {
  return (
    <span>{text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</span>
  );
}
