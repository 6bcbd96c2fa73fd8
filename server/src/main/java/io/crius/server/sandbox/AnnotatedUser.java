package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.annotation.PodAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.sandbox.UserNamespaceAnnotation.Mode;
import io.crius.server.sandbox.UserNamespaceAnnotation.Runner;
import io.crius.server.state.PodRequest;
import io.crius.server.state.UserNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The user namespace that an annotation chooses for a pod whose request chooses none. Thread-safe. */
final class AnnotatedUser {
    private final IdRanges ranges;
    private final LeastIds least;

    AnnotatedUser(IdRanges ranges, LeastIds least) {
        this.ranges = ranges;
        this.least = least;
    }

    /** Refuses what can never work. */
    void check(PodRequest request, PodAnnotations annotations) {
        asked(request, annotations).ifPresent(asked -> {
            String pod = request.name().toString();
            if (request.namespaces().anyHost()) {
                throw new CriusException.InvalidArgument("pod " + pod + ": with a user namespace of its own ("
                        + SpecialAnnotation.USER_NAMESPACE.key() + ") it cannot use the node's network, pid or ipc"
                        + " namespace, over which its root would have no power");
            }
            boolean namesIds =
                    !asked.uids().isEmpty() || !asked.gids().isEmpty() || asked.runner() != Runner.LIKE_OTHERS;
            if (namesIds && request.security().identity().user().isEmpty()) {
                throw new CriusException.InvalidArgument("pod " + pod + ": annotation "
                        + SpecialAnnotation.USER_NAMESPACE.key() + " names ids: run_as_user is needed with it");
            }
            checkIds(request, asked);
        });
    }

    /** Safety: ids of the node that the administrator keeps pods away from. Those that are drawn for the pod are nobody's. */
    private void checkIds(PodRequest request, UserNamespaceAnnotation asked) {
        Optional<Long> user = request.security().identity().user();
        try {
            if (!asked.uids().isEmpty() || !asked.gids().isEmpty()) {
                least.checkRunner(user);
            }
            least.checkUsers(with(asked.uids(), asked.runner(), user));
            least.checkGroups(with(
                    asked.gids(), asked.runner(), request.security().identity().group()));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "pod " + request.name() + ": annotation " + SpecialAnnotation.USER_NAMESPACE.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Takes ids of the node where the annotation wants that. */
    Optional<UserNamespace> choose(PodRequest request, PodAnnotations annotations) {
        return asked(request, annotations)
                .map(asked -> asked.mode() == Mode.PRIVATE
                        ? withRoot(request, new UserNamespace(asked.uids(), asked.gids()))
                        : taken(request, asked));
    }

    private static Optional<UserNamespaceAnnotation> asked(PodRequest request, PodAnnotations annotations) {
        return request.namespaces().user().isPresent()
                ? Optional.empty()
                : annotations
                        .find(SpecialAnnotation.USER_NAMESPACE)
                        .map(text ->
                                UserNamespaceAnnotation.parse(request.name().toString(), text))
                        .filter(asked -> asked.mode() != Mode.HOST);
    }

    private UserNamespace taken(PodRequest request, UserNamespaceAnnotation asked) {
        long first = ranges.take(asked.size());
        return new UserNamespace(
                IdRanges.around(
                        with(
                                asked.uids(),
                                asked.runner(),
                                request.security().identity().user()),
                        first,
                        asked.size()),
                IdRanges.around(
                        with(
                                asked.gids(),
                                asked.runner(),
                                request.security().identity().group()),
                        first,
                        asked.size()));
    }

    private static List<IdMapping> with(List<IdMapping> given, Runner runner, Optional<Long> id) {
        var all = new ArrayList<>(given);
        OptionalLong inside = switch (runner) {
            case LIKE_OTHERS -> OptionalLong.empty();
            case KEPT -> id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
            case ROOT -> id.isPresent() ? OptionalLong.of(0) : OptionalLong.empty();
        };
        if (inside.isPresent()) {
            all.add(new IdMapping(inside.getAsLong(), id.orElseThrow(), 1));
        }
        return all;
    }

    /** The pod's files belong to the root of its namespace. */
    private static UserNamespace withRoot(PodRequest request, UserNamespace user) {
        boolean hasRoot = user.uids().stream().anyMatch(range -> range.containerId() == 0)
                && user.gids().stream().anyMatch(range -> range.containerId() == 0);
        if (!hasRoot) {
            throw new CriusException.InvalidArgument("pod " + request.name() + ": annotation "
                    + SpecialAnnotation.USER_NAMESPACE.key() + " leaves out 0, who is root in the pod");
        }
        return user;
    }
}
