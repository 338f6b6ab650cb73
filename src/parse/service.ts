/** True when an `eventSource` is the service's: `sts.amazonaws.com`, and `sts.amazonaws.com.cn` of the China regions. */
export function isService(eventSource: string, service: string): boolean {
  if (!eventSource.startsWith(service)) return false;
  const rest = eventSource.length - service.length;
  if (rest === 14) return eventSource.endsWith('.amazonaws.com');
  return rest === 17 && eventSource.endsWith('.amazonaws.com.cn');
}
