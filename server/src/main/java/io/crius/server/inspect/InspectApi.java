package io.crius.server.inspect;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.server.explain.Explainer;
import io.crius.server.explain.Explanation;
import io.crius.server.node.NodeStatus.CgroupDriver;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The paths and their answers. Compat: {@code /info}, {@code /config}, {@code /containers/ID}, {@code /pause/ID}, {@code
 * /unpause/ID} and {@code /debug/goroutines} are CRI-O's.
 */
public final class InspectApi implements Inspection {
    private static final long ALL_IDS = 4_294_967_295L;

    private final NodeFacts node;
    private final ContainerInspection containers;
    private final Explainer explainer;
    private final PullInspection pulls;

    public InspectApi(NodeFacts node, Registry registry, Explainer explainer, PullInspection pulls) {
        this.node = node;
        this.containers = new ContainerInspection(registry);
        this.explainer = explainer;
        this.pulls = pulls;
    }

    @Override
    public Answer answer(Query query) {
        try {
            return route(query);
        } catch (CriusException.NotFound e) {
            return Answer.error(404, String.valueOf(e.getMessage()));
        } catch (CriusException.InvalidArgument e) {
            return Answer.error(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Answer.error(500, e.toString());
        }
    }

    private Answer route(Query query) {
        String path = query.path();
        int slash = path.indexOf('/', 1);
        String word = slash < 0 ? "" : path.substring(slash + 1);
        return switch (slash < 0 ? path : path.substring(0, slash)) {
            case "/info" -> Answer.json(info());
            case "/config" -> Answer.text(node.configuration().get());
            case "/containers" -> Answer.json(containers.find(word));
            case "/explain" -> explain(query, word.isEmpty() ? explainer.overview() : explainer.find(word));
            case "/leftovers" -> Answer.json(explainer.leftovers());
            case "/pulls" -> Answer.json(pulls.find(word));
            case "/pause", "/unpause" -> Answer.error(501, "containers cannot be paused by this version");
            case "/debug" -> debug(word);
            default -> Answer.error(404, "there is nothing at " + path);
        };
    }

    private static Answer explain(Query query, List<Explanation> explanations) {
        return query.wantsJson()
                ? Answer.json(JsonArray.of(explanations, Explanation::toJson))
                : Answer.text(explanations.stream().map(Explanation::toText).collect(Collectors.joining("\n")));
    }

    /** Compat: cAdvisor knows the runtime by this answer. */
    private JsonObject info() {
        JsonArray all = new JsonArray(List.of(JsonObject.builder()
                .put("container_id", 0)
                .put("host_id", 0)
                .put("size", ALL_IDS)
                .build()));
        return JsonObject.builder()
                .put("storage_driver", node.storageDriver())
                .put("storage_root", node.storageRoot().toString())
                .put("storage_image", "")
                .put("cgroup_driver", node.cgroupDriver() == CgroupDriver.SYSTEMD ? "systemd" : "cgroupfs")
                .put(
                        "default_id_mappings",
                        JsonObject.builder().put("uids", all).put("gids", all).build())
                .build();
    }

    /** Compat: where Go lists its goroutines, threads are listed; virtual ones that wait are not among them. */
    private static Answer debug(String word) {
        if (!word.equals("goroutines")) {
            return Answer.error(404, "there is nothing at /debug/" + word);
        }
        var text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(entry.getKey()).append('\n');
            for (StackTraceElement frame : entry.getValue()) {
                text.append("\tat ").append(frame).append('\n');
            }
        }
        return Answer.text(text.toString());
    }
}
