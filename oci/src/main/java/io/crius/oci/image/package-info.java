/**
 * The OCI image spec and Docker's schemas 2 and 1 as values: manifests, indexes, image configs, platforms.
 *
 * <p>Everything is read from bytes and checked while being read; nothing is written, because a manifest or config that
 * Crius handles keeps its bytes (its digest depends on them); only an image of schema 1 has its configuration made. A
 * document that is not what it is said to be is a {@link io.crius.model.CriusException.InvalidArgument}.
 *
 * <p>Not here: fetching, digests of content, policies, where a layer goes; that is the image module. All types are
 * immutable; no locks, no files. Spec: image-spec 1.1, Docker image manifest version 2 schema 2.
 */
@NullMarked
package io.crius.oci.image;

import org.jspecify.annotations.NullMarked;
