package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.annotation.Workload;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.node.HandlerRules;
import io.crius.server.selinux.Levels;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodLabels;
import io.crius.server.state.PodRequest;
import java.util.List;
import java.util.Optional;

/** Decides what annotations and the node say about a pod beside its request. Thread-safe. */
public final class PodChooser {
    /**
     * Labels on a node with SELinux.
     *
     * @param levels where pods get levels of their own
     */
    public record Selinux(SelinuxLabels labels, Levels levels) {}

    /** Compat: the name that annotations of workloads have for the pause process. */
    private static final String INFRA = "POD";

    private final List<Workload> workloads;
    private final Optional<Selinux> selinux;
    private final AnnotatedUser users;

    /**
     * @param workloads the classes of the node
     * @param selinux empty on a node without
     * @param ids where user namespaces by annotation get their ids
     * @param least what annotations may map at least
     */
    public PodChooser(List<Workload> workloads, Optional<Selinux> selinux, IdRanges ids, LeastIds least) {
        this.workloads = List.copyOf(workloads);
        this.selinux = selinux;
        this.users = new AnnotatedUser(ids, least);
    }

    /** Refuses annotations that cannot be read. */
    void check(PodRequest request, HandlerRules handler) {
        PodAnnotations annotations = annotations(request, handler);
        var _ = sharedMemory(request, annotations);
        users.check(request, annotations);
        var _ = annotations.resources(INFRA);
    }

    PodChoices choose(PodRequest request, HandlerRules handler) {
        PodAnnotations annotations = annotations(request, handler);
        return new PodChoices(
                sharedMemory(request, annotations),
                users.choose(request, annotations),
                labels(request),
                annotations.resources(INFRA).orElse(WorkloadResources.NONE));
    }

    private PodAnnotations annotations(PodRequest request, HandlerRules handler) {
        return PodAnnotations.of(request.annotations(), handler.annotations(), workloads);
    }

    private PodLabels labels(PodRequest request) {
        return selinux.map(on -> on.labels().pod(request, on.levels()::draw)).orElse(PodLabels.NONE);
    }

    private static long sharedMemory(PodRequest request, PodAnnotations annotations) {
        return annotations
                .find(SpecialAnnotation.SHM_SIZE)
                .map(text -> size(request, text))
                .orElse(PodChoices.USUAL_SHARED_MEMORY);
    }

    private static long size(PodRequest request, String text) {
        try {
            return MemorySize.parse(text);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "pod " + request.name() + ": annotation " + SpecialAnnotation.SHM_SIZE.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
