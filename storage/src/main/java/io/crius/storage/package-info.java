/**
 * Layers, images and containers on disk, in the format of containers/storage, shared with podman, buildah and skopeo.
 *
 * <p>{@link io.crius.storage.Store} is the door. Not here: registries and manifests (module {@code image} decides what goes
 * into an image), container life cycles (module {@code server}), the parsing of storage.conf.
 *
 * <p>On disk, below the graph root: {@code overlay/<layer>} (trees), {@code overlay-layers}, {@code overlay-images},
 * {@code overlay-containers} (one JSON file of records each, one lock file each, and folders of big data). Below the run
 * root: {@code overlay-layers/mountpoints.json} and the private run folders of containers. Nothing in these files is ours
 * alone, so records of others are kept as they are, unknown keys included.
 *
 * <p>Lock order, always from left to right: {@code storage.lock}, {@code layers.lock}, {@code images.lock},
 * {@code containers.lock}; {@code mountpoints.lock} innermost. Looking something up takes no lock at all: the files are
 * only ever replaced by rename, so an open file is one consistent version. Who makes a container hands its locks to the thread
 * that brings the records to the disk.
 */
@NullMarked
package io.crius.storage;

import org.jspecify.annotations.NullMarked;
