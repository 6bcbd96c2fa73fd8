package io.crius.acceptance.target;

/** What a server does that another rightly does not: the only reasons for a case to apply to one and not to the other. */
public enum Trait {
    /** Answers RPCs that are not built with UNIMPLEMENTED and the RPC's name. */
    NAMES_WHAT_IS_MISSING,
    /** Knows RuntimeConfig and the streaming lists, which came with Kubernetes 1.28 and 1.36. */
    SPEAKS_CRI_1_36,
    /** Tells the image id, the user and the resources in ContainerStatus, which came with Kubernetes 1.27 to 1.33. */
    TELLS_USER_AND_RESOURCES,
    /** Needs no process for a pod that has no containers and shares no PID namespace. */
    NO_PAUSE_PROCESS,
    /** Answers ExecSync with exit code -1 and "command timed out"; others fail with DEADLINE_EXCEEDED. */
    ANSWERS_EXEC_TIMEOUT,
    /** Says RegistryUnavailable for a registry that cannot be reached, which kubelet looks for. */
    SAYS_REGISTRY_UNAVAILABLE,
    /** Refuses a wrong request with INVALID_ARGUMENT or NOT_FOUND, where others say UNKNOWN. */
    EXACT_CODES,
    /** Answers success when a pod or container to be stopped is unknown, as kubelet's retries want it. */
    STOPS_THE_UNKNOWN,
    /** Gives a process the groups that the image's /etc/group has for the image's user. */
    GROUPS_OF_THE_IMAGES_USER,
    /** Has written the whole log when it reports that a container has exited. */
    LOG_IS_WHOLE_AT_EXIT,
    /** Tells that a container ended after it was started, also where both are one moment. */
    TIMES_IN_ORDER,
    /** Keeps images where podman and skopeo find them. */
    SHARES_THE_STORE_WITH_PODMAN,
    /** Obeys the filter of ListImages. */
    FILTERS_IMAGES,
    /** Keeps an image that a container uses, and says which container it is. */
    KEEPS_IMAGES_IN_USE,
    /** Speaks v5.channel.k8s.io, which came with Kubernetes 1.30: a client can end a process's input alone. */
    ENDS_INPUT_OF_WEBSOCKETS,
    /** Is configured by the tables of crio.conf. */
    READS_CRIO_CONF,
    /** Gives pods user namespaces of their own, which came with Kubernetes 1.25. */
    MAPS_USERS,
    /** Lists statistics of containers that run, not of those that were only created or have ended. */
    MEASURES_WHAT_RUNS_ALONE,
    /** Lets no container of a pod into its pause process. */
    CLOSES_PAUSE_PROCESSES,
    /** Answers HTTP on its CRI socket: CRI-O's inspect API, and explanations of what it waits for. */
    EXPLAINS,
}
