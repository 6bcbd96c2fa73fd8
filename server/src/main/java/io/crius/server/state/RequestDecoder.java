package io.crius.server.state;

import io.crius.model.PodId;

/** Reads requests back from the wire form that journals keep. */
public interface RequestDecoder {
    PodRequest pod(byte[] wire);

    ContainerRequest container(PodId pod, byte[] wire);
}
