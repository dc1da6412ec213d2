import type { Command } from 'commander';
import { basename } from 'node:path';
import { UserError, type Message } from '../../common/user-error.js';
import {
  fetchModelFiles,
  foundInPlace,
  inspectRefiner,
  listModelFiles,
  verifyModelFiles,
  type ModelFileStatus,
  type ModelSource,
  type ModelState,
  type RefinerStatus,
} from '../../vision/model-files/model-files.js';
import { downloadDisplay } from '../setup/download-display.js';
import { localized } from '../language.js';
import { proxies, settings } from '../settings/options.js';
import { table } from '../text.js';
import { texts } from '../texts/commands.js';

interface ModelsSettings {
  modelsDir: string;
  modelsUrl?: string;
}

/** `emochat models`: lists, fetches and verifies the model files. */
export function registerModels(program: Command): void {
  const models = program.command('models').description(localized(texts.modelsDescription));
  models.hook('preSubcommand', refuseUnknown);
  subcommand(models, 'list', texts.modelsListDescription, { isDefault: true }).action(
    (options: ModelsSettings) =>
      withSource(options, async (source) => {
        await list(await listModelFiles(source));
      }),
  );
  subcommand(models, 'fetch', texts.modelsFetchDescription)
    .option('--force', localized(texts.modelsForceOption), false)
    .action((options: ModelsSettings & { force: boolean }) =>
      withSource(options, async (source) => {
        await list(await fetchModelFiles(source, options.force));
      }),
    );
  subcommand(models, 'verify', texts.modelsVerifyDescription).action((options: ModelsSettings) =>
    withSource(options, verify),
  );
}

/** Commander would hand a word that is no subcommand to the default one, which only says that there are too many. */
function refuseUnknown(models: Command): void {
  const [word = '-'] = models.args;
  const names = models.commands.map((command) => command.name());
  if (word.startsWith('-') || word === 'help' || names.includes(word)) return;
  models.error(`error: unknown command '${word}'\n       (${names.join(', ')})`);
}

function subcommand(
  parent: Command,
  name: string,
  about: Message,
  options: { isDefault?: boolean } = {},
): Command {
  return parent
    .command(name, options)
    .description(localized(about))
    .addOption(settings.modelsDir())
    .addOption(settings.modelsUrl());
}

async function withSource(
  options: ModelsSettings,
  work: (source: ModelSource) => Promise<void>,
): Promise<void> {
  const display = downloadDisplay();
  try {
    await work({
      modelsDir: options.modelsDir,
      modelsUrl: options.modelsUrl,
      proxies: proxies(),
      ...display,
    });
  } finally {
    display.stop();
  }
}

async function verify(source: ModelSource): Promise<void> {
  const statuses = await verifyModelFiles(source);
  const refiner = await list(statuses);
  if (refiner.state !== 'ok') throw refinerDamaged(refiner);
  const wrong = statuses.filter(({ state }) => state !== 'ok').map(({ model }) => model.name);
  if (wrong.length === 0) return;
  throw new UserError('MODELS_NOT_VERIFIED', texts.notVerified(wrong));
}

const stateTexts: Record<ModelState, Message> = {
  ok: texts.stateOk,
  missing: texts.stateMissing,
  broken: texts.stateBroken,
  unverified: texts.stateUnverified,
};

/** Prints the files, fetched and shipped, and what would find the landmarks with them. */
async function list(statuses: readonly ModelFileStatus[]): Promise<RefinerStatus> {
  const refiner = await inspectRefiner();
  const head = [texts.fileColumn, texts.stateColumn, texts.sizeColumn, texts.sha256Column, texts.fromColumn];
  process.stdout.write(table(head, [...statuses.map(fetchedRow), refinerRow(refiner)]));
  process.stdout.write(`${localized(serves(statuses, refiner))}\n`);
  return refiner;
}

function fetchedRow(status: ModelFileStatus): string[] {
  const { source } = status;
  const from = source === foundInPlace ? localized(texts.foundInPlace) : (source ?? '–');
  return row(status.model.name, status, from);
}

function refinerRow(status: RefinerStatus): string[] {
  return row(basename(status.path), status, localized(texts.theProject));
}

function row(
  name: string,
  { state, size, sha256 }: Pick<ModelFileStatus, 'state' | 'size' | 'sha256'>,
  from: string,
): string[] {
  return [
    name,
    localized(stateTexts[state]),
    size === undefined ? '–' : `${size}`,
    sha256 === undefined ? '–' : `${sha256.slice(0, 12)}…`,
    from,
  ];
}

function serves(statuses: readonly ModelFileStatus[], refiner: RefinerStatus): Message {
  const facemark = statuses.some(({ model, state }) => model.kind === 'facemark' && state !== 'missing');
  const name = refiner.state === 'missing' ? (facemark ? 'plain' : '–') : facemark ? 'refined' : 'alone';
  return texts.landmarksServed(name);
}

function refinerDamaged({ path }: RefinerStatus): UserError {
  const command = `git checkout -- models/${basename(path)}`;
  return new UserError('REFINER_DAMAGED', texts.refinerDamaged(path, command));
}
