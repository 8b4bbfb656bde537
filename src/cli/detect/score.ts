import type { Command } from 'commander';
import { readDetections } from '../../detect/evaluation/read-detections.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { keepOffData } from '../data-output.js';
import { GROUPS } from '../help.js';
import { print, printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { commandLine } from '../run-details.js';
import { version } from '../version.js';
import {
  type DetectionDataOptions,
  detectionSource,
  openDetectionData,
  sayNotes,
  withDetectionData,
} from './data-options.js';
import { judge, judgementJson, judgementTable } from './judgement.js';
import { detectionReportData } from './report.js';

interface ScoreOptions extends DetectionDataOptions {
  readonly detections: string;
  readonly report?: string;
  readonly json?: boolean;
}

/** `sppgpu detect score`: average precision of detections made elsewhere. */
export function addScore(detect: Command): void {
  const command = detect
    .command('score')
    .description('average precision of detections made elsewhere, by the rules of PASCAL VOC');
  withDetectionData(command)
    .requiredOption('--detections <path>', "output of `detect --json`, or a folder of VOC's comp3/comp4 files")
    .option('--report <file>', 'write an HTML report')
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(score);
}

async function score(options: ScoreOptions): Promise<void> {
  const started = performance.now();
  const source = detectionSource('detect score', options);
  const inputs = [options.detections, options.coco];
  const { voc, report } = options;
  if (report !== undefined && voc !== undefined) await keepOffData(report, voc, 'voc');
  const out = report === undefined ? undefined : await outputFile(report, inputs);
  const dataset = await openDetectionData(source);
  const { perPicture, notes } = await readDetections(options.detections, dataset);
  sayNotes(notes);
  const judgement = judge(dataset, perPicture);
  const seconds = (performance.now() - started) / 1000;
  if (options.json) printJson(judgementJson(judgement, seconds));
  else print(`${judgementTable(judgement)}\n`);
  if (out === undefined) return;
  const { detectionReport } = await import('../../report/detection-report.js');
  const data = await detectionReportData(judgement, {
    kicker: 'sppgpu detect score',
    title: 'How well the objects were found',
    run: { command: commandLine(), seconds, versions: { sppgpu: version, node: process.versions.node } },
  });
  await writeFileAtomic(out, detectionReport(data));
  say(`report: ${out}`);
}
