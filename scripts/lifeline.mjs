// Loaded into the program by bootstrap.mjs: when that is killed and can no longer forward signals, the channel to it
// closes, and the program ends as it would on SIGTERM.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Listening must not keep a finished program alive.
process.channel?.unref();
