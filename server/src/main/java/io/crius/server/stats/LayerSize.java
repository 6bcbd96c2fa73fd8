package io.crius.server.stats;

import java.time.Instant;

/** What a folder and all below it take on disk; files with several names count once. */
public record LayerSize(Instant at, long bytes, long inodes) {}
