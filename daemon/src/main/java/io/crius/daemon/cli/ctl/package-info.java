/**
 * {@code crius ctl}: the CRI for people and scripts, in the words and with the flags of crictl.
 *
 * <p>Each command is a class, found by its name in {@link io.crius.daemon.cli.ctl.Ctl}. What a command does not need is
 * not loaded: the YAML library only for YAML, the descriptors of messages only for JSON, YAML and configuration files.
 */
@NullMarked
package io.crius.daemon.cli.ctl;

import org.jspecify.annotations.NullMarked;
