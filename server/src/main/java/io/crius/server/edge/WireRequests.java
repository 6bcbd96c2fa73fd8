package io.crius.server.edge;

import com.google.protobuf.InvalidProtocolBufferException;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.PodRequest;
import io.crius.server.state.RequestDecoder;

/** Reads requests back from journals, which keep them as they came on the wire. */
public final class WireRequests implements RequestDecoder {
    @Override
    public PodRequest pod(byte[] wire) {
        try {
            return PodReader.read(RunPodSandboxRequest.parseFrom(wire));
        } catch (InvalidProtocolBufferException e) {
            throw new CriusException.DataLoss("pod request in the journal: " + e.getMessage(), e);
        }
    }

    @Override
    public ContainerRequest container(PodId pod, byte[] wire) {
        try {
            return ContainerReader.read(pod, CreateContainerRequest.parseFrom(wire));
        } catch (InvalidProtocolBufferException e) {
            throw new CriusException.DataLoss("container request in the journal: " + e.getMessage(), e);
        }
    }
}
