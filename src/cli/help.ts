import type { HelpConfiguration, Option } from 'commander';

/** Headings of options in `--help`, which shows them in the order in which a command adds them. */
export const GROUPS = {
  common: 'Common options:',
  network: 'Network:',
  onnx: 'ONNX:',
  fineTuning: 'Fine-tuning:',
  steps: 'Steps and learning rate:',
  views: 'Ways to look at a picture:',
  pictures: 'Reading pictures:',
  protocol: 'Protocol and solver:',
  windows: 'Windows and what is learned of them:',
  machines: 'Many machines:',
  machine: 'Machine and output:',
} as const;

/** Choices and defaults stand in the help as one would type them: `6,3,2,1`, not `[6,3,2,1]`. */
export const helpConfiguration: HelpConfiguration = {
  optionDescription: (option) => {
    const { argChoices, description } = option;
    const shown = defaultText(option);
    const extra = [
      ...(argChoices ? [`one of ${argChoices.join(', ')}`] : []),
      ...(shown === undefined ? [] : [`default: ${shown}`]),
    ];
    return extra.length > 0 ? `${description} (${extra.join('; ')})` : description;
  },
};

/** The default of an option that takes a value, as one would type it; undefined where there is none. */
export function defaultText({ defaultValue, defaultValueDescription, required }: Option): string | undefined {
  if (defaultValue === undefined || !required) return undefined;
  return defaultValueDescription ?? (Array.isArray(defaultValue) ? defaultValue.join(',') : String(defaultValue));
}
