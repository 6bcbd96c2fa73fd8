/**
 * The configuration of a node: the tables and keys of crio.conf plus a {@code [crius]} table of our own, read from a
 * file, its drop-ins, the environment and the command line into immutable values that know where they come from.
 *
 * <p>One table of {@link io.crius.config.Option}s drives reading, defaults, the printed form and the reference in
 * {@code docs/configuration.md}. Loading reads the configuration files and touches nothing else on the node: whether a
 * binary or folder that is named here exists is found out by the part of the daemon that uses it. TOML types stop at
 * {@code TomlCodec}. Nothing here locks; all values are immutable.
 *
 * <p>On disk: {@code crius.conf} and every file below {@code crius.conf.d}, in the format of crio.conf(5).
 */
@NullMarked
package io.crius.config;

import org.jspecify.annotations.NullMarked;
