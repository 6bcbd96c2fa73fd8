/**
 * The OCI runtime spec's {@code config.json}: records, and their JSON in both directions.
 *
 * <p>A spec is made by a chain of small pure steps, {@code UnaryOperator<RuntimeSpec>}:
 *
 * {@snippet :
 * UnaryOperator<RuntimeSpec> readOnlyRoot = spec -> spec.withRoot(new Root(path, Access.READ_ONLY));
 * UnaryOperator<RuntimeSpec> command = spec -> spec.withProcess(process -> process.args(args).cwd("/"));
 * }
 *
 * <p>Keys that are not modelled here survive reading and writing at the places where the spec grows: top level, process,
 * linux, resources, cpu, memory, intelRdt. Values in a container (paths, names) are strings and not
 * {@link java.nio.file.Path}, because a Path cannot hold a name that the daemon's locale cannot encode.
 *
 * <p>Not here: what a container gets and why; that is the spec generation of the server. All types are immutable; maps
 * are sorted, so that equal specs are equal files. No locks, no files. Spec: runtime-spec 1.3, config.md and
 * config-linux.md.
 */
@NullMarked
package io.crius.oci.runtime;

import org.jspecify.annotations.NullMarked;
