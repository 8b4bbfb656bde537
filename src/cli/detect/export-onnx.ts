import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DETECTOR_FORMAT } from '../../detect/detector-description.js';
import { detectorPlan } from '../../detect/detector-file.js';
import { detectorOnnx } from '../../detect/detector-onnx.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { bytesOfPieces } from '../../io/protobuf-message.js';
import { SafetensorsFile } from '../../io/safetensors.node.js';
import { trainedInput } from '../export-onnx.js';
import { CHECKPOINT_NAME } from '../model-file.js';
import { printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { version } from '../version.js';
import { detectorFile } from './detector-path.js';

/** The file of a detector, where the path is one's, or the folder of the run that trained it; null for anything else. */
export async function detectorAt(path: string): Promise<string | null> {
  const file = await detectorFile(path);
  if (!file.endsWith('.safetensors') || !existsSync(file) || existsSync(join(path, CHECKPOINT_NAME))) return null;
  await using opened = await SafetensorsFile.open(file);
  return opened.header.metadata.format === DETECTOR_FORMAT ? file : null;
}

/** A detector as two ONNX files, `NAME.backbone.onnx` and `NAME.head.onnx` for `NAME.onnx`. */
export async function exportDetector(
  path: string,
  to: string,
  options: { readonly overwrite?: boolean; readonly json?: boolean },
): Promise<void> {
  const name = to.replace(/\.onnx$/i, '');
  const [backboneFile, headFile] = [
    await outputFile(`${name}.backbone.onnx`, [path], options),
    await outputFile(`${name}.head.onnx`, [path], options),
  ];
  await using file = await SafetensorsFile.open(path);
  const plan = detectorPlan(file);
  const input = await trainedInput(plan.architecture.input, plan.description.mean ?? undefined, file);
  const { backbone, head } = await detectorOnnx(plan, { input, producerVersion: version });
  await writeFileAtomic(backboneFile, bytesOfPieces(backbone.file));
  await writeFileAtomic(headFile, bytesOfPieces(head.file));
  if (options.json) {
    printJson({ backbone: { file: backboneFile, ...backbone.summary }, head: { file: headFile, ...head.summary } });
  }
  say(`${plan.architecture.title}, images to maps: ${backbone.summary.nodes} nodes: ${backboneFile}`);
  say(`pooled windows to scores of ${plan.description.classes.join(', ')}: ${head.summary.nodes} nodes: ${headFile}`);
}
