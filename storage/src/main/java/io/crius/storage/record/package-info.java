/**
 * The JSON files of records: {@code layers.json}, {@code images.json}, {@code containers.json} and their volatile
 * companions, {@code mountpoints.json}, and the names of big data files.
 *
 * <p>Ids are plain strings here. Compat: other tools may name a layer as they like; the API of the module shows only ids
 * that are well-formed, but what is written back has to be what was read. Keys that we do not know are kept as well.
 */
@NullMarked
package io.crius.storage.record;

import org.jspecify.annotations.NullMarked;
