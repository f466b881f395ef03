// The server's metrics that programs beside it read: the CLI and the bench. All others are named where they are made.

export const metricNames = {
  sockets: 'skein_sockets',
  framesIn: 'skein_gateway_frames_in_total',
  draining: 'skein_gateway_draining',
  loopLateMs: 'skein_admission_late_ms',
  clockOffsetMs: 'skein_clock_offset_ms',
  ownedShards: 'skein_owned_shards',
  commands: 'skein_shard_commands_total',
  commandSeconds: 'skein_command_seconds',
  published: 'skein_shard_published_total',
  backlogBytes: 'skein_journal_backlog_bytes',
  unprojectedBatches: 'skein_journal_unprojected_batches',
  diskFreeBytes: 'skein_disk_free_bytes',
  diskLow: 'skein_disk_low',
  diskFull: 'skein_disk_full',
  projectorJournals: 'skein_projector_journals',
  historyDamaged: 'skein_history_damaged_total',
  journalsDamaged: 'skein_journals_damaged',
  projectorEntries: 'skein_projector_entries_total',
  projectorCommits: 'skein_projector_commits_total',
  projectorCommitMs: 'skein_projector_commit_ms_total',
} as const;
